/**
 * Moves one answer from a server to a client: back-pressure, cancellation, the terminal-event check
 * and the error frames.
 */
@NullMarked
package dev.aicortex.relay;

import org.jspecify.annotations.NullMarked;
