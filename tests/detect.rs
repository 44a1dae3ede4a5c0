//! The detector on written turns, and on judged ones where they are at hand.
