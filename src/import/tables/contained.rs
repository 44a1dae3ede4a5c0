//! Calls of the `parquet` crate, whose panics end the call and nothing else.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use super::Error;

thread_local! {
    /// Whether this thread is inside a call whose panics are an answer.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Calls what may panic over a damaged file. What it worked on is not to be used again after an error.
///
/// A panic is told to nobody: whoever reads the terminal gets the error, as with any other damage. The hook that sees to
/// it is put before the one that is there, and looks at this thread's own calls only.
pub(super) fn contained<T>(call: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |told| {
            if !INSIDE.get() {
                before(told);
            }
        }));
    });
    INSIDE.set(true);
    let answer = panic::catch_unwind(AssertUnwindSafe(call));
    INSIDE.set(false);
    answer.unwrap_or_else(|panic| Err(Error::Damaged(message(&*panic))))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
    said.unwrap_or("its parts do not fit together").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let error = contained::<()>(|| panic!("at page {}", 7)).unwrap_err();
        assert_eq!(error.to_string(), "it is damaged: at page 7");
        assert_eq!(contained(|| Ok(7)).unwrap(), 7);
    }
}
