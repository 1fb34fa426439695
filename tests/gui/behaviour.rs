//! What a person does, and what the engine is asked for it.
