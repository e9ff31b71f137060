package dev.aicortex.translate;

/**
 * What its client has of an answer that broke off.
 *
 * @param text all of it, as it was sent
 * @param tokens how many pieces it came in, of a token or more each
 */
public record Begun(String text, int tokens) {}
