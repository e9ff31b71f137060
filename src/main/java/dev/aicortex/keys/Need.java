package dev.aicortex.keys;

/**
 * What a request may use, as far as that can be told beforehand.
 *
 * @param user the end user who sends it; 0 where nobody says so
 * @param tokens of its prompt and its answer, at most; 0 where it uses none that are counted
 */
public record Need(long user, long tokens) {}
