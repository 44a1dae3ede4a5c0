//! The codebooks that the program carries.
