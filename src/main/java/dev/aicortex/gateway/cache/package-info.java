/**
 * Answers that need no server: those that are kept for requests which a model answers the same way
 * again. A request takes a {@code Detour} before a server is looked for; the one that has to ask a
 * server all the same has its answer recorded on the way to its client.
 */
@NullMarked
package dev.aicortex.gateway.cache;

import org.jspecify.annotations.NullMarked;
