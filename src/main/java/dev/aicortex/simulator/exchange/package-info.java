/**
 * One request and its answer as bytes: the listening socket, the journal, the route, the body's
 * fields, the answer's head and chunks, and the fault that strikes them. It knows nothing of what
 * is asked for; that is for the {@code routes}.
 */
@NullMarked
package dev.aicortex.simulator.exchange;

import org.jspecify.annotations.NullMarked;
