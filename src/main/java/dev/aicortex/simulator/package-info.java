/**
 * A simulated fleet of Ollama servers: real sockets, real wire formats, made-up words.
 *
 * <p>It stands at the far end of the flow, in the place of the servers that the gateway relays to:
 * dev mode, {@code --demo}, the benchmark and the tests run against it. What it answers is held to
 * recorded exchanges with a real Ollama; what it does wrong (refuse, hang, cut, flood) is asked for
 * by a {@link dev.aicortex.simulator.Fault}. Each server lives on one event loop, so that its state
 * needs no locks.
 */
@NullMarked
package dev.aicortex.simulator;

import org.jspecify.annotations.NullMarked;
