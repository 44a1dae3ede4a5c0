//! SpecStory Markdown.
