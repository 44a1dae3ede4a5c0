//! The demo sessions are what the demo promises.
