//! Work that is too long for a frame: it is done on a thread of its own, and what came of it is there in a later frame.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use egui::Context;

/// Below so many bytes work on a token is done within the frame: it is there at once, and nothing flickers.
pub const LARGE: usize = 64 * 1024;

/// What comes of such work.
pub struct Elsewhere<T: Send + Sync + 'static> {
    value: Arc<OnceLock<T>>,
    is_large: bool,
}

impl<T: Send + Sync + 'static> Elsewhere<T> {
    /// Does `work` on `bytes` of input: within this frame where they are few, else on a thread that draws the window again
    /// when it is done.
    pub fn of(ctx: &Context, bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> Self {
        let value = Arc::new(OnceLock::new());
        if bytes <= LARGE {
            // It was made a line above: nobody else has filled it.
            let _ = value.set(work());
            return Self { value, is_large: false };
        }
        let work = Arc::new(Mutex::new(Some(work)));
        let do_it = {
            let (value, work, ctx) = (Arc::clone(&value), Arc::clone(&work), ctx.clone());
            move || {
                let work = work.lock().unwrap_or_else(PoisonError::into_inner).take();
                if let Some(work) = work {
                    let _ = value.set(work());
                    ctx.request_repaint();
                }
            }
        };
        if std::thread::Builder::new().spawn(do_it.clone()).is_err() {
            // Where there is no thread to be had, a late frame is better than none.
            do_it();
        }
        Self { value, is_large: true }
    }

    /// What came of it; `None` while it is being done.
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// Waits for it.
    #[cfg(test)]
    pub fn wait(&self) -> &T {
        self.value.wait()
    }
}

impl<T: Send + Sync + 'static> Drop for Elsewhere<T> {
    fn drop(&mut self) {
        if self.is_large {
            drop_elsewhere(std::mem::take(&mut self.value));
        }
    }
}

impl<T: Send + Sync + 'static> fmt::Debug for Elsewhere<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = if self.get().is_some() { "done" } else { "under way" };
        f.debug_tuple("Elsewhere").field(&words).finish()
    }
}

/// Drops what is large on another thread: a hundred thousand claims take a while to free.
pub fn drop_elsewhere(large: impl Send + 'static) {
    // Where there is no thread to be had, it is dropped here.
    let _ = std::thread::Builder::new().spawn(move || drop(large));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_done_at_once_and_much_on_another_thread() {
        let ctx = Context::default();
        let here = std::thread::current().id();
        let little = Elsewhere::of(&ctx, 10, || std::thread::current().id());
        assert_eq!(little.get(), Some(&here));
        let much = Elsewhere::of(&ctx, LARGE + 1, || std::thread::current().id());
        assert_ne!(much.wait(), &here);
    }
}
