package dev.aicortex.model;

/** The API a client speaks; it decides the shape of errors and of a stream's end. */
public enum Dialect {
    OPENAI,
    OLLAMA,
    ANTHROPIC
}
