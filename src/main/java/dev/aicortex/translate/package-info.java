/**
 * Pure translations between the compatible routes and Ollama's own. An Ollama server ignores {@code
 * num_ctx} on {@code /v1}; so where a context length is configured, the gateway sends the request
 * to the native route and gives the answer back in the client's dialect. Besides the length nothing
 * changes: the same defaults, the same messages and the same frames as the server's own {@code /v1}
 * routes. Long strings of a request (images above all) are never held: they stay ranges of the
 * client's bytes. Knows neither relay nor gateway.
 */
@NullMarked
package dev.aicortex.translate;

import org.jspecify.annotations.NullMarked;
