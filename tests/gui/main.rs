//! The window, driven by what a person sees: controls are found by their accessible names.

mod gallery;
