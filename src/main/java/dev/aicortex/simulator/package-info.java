/**
 * A simulated fleet of Ollama servers: real sockets, real wire formats, made-up words.
 *
 * <p>It stands at the far end of the flow, in the place of the servers that the gateway relays to:
 * dev mode, {@code --demo}, the benchmark and the tests run against it. What it answers is held to
 * recorded exchanges with a real Ollama; what it does wrong (refuse, hang, cut, flood) is asked for
 * by a {@link dev.aicortex.simulator.Fault}. Each server lives on one event loop, so that its state
 * needs no locks.
 *
 * <p>Here are the servers and what they can be told. A request goes from {@code exchange} (its
 * connection, its route, its fault) through {@code routes} (what Ollama answers there, in which
 * shape) to {@code engine} (models, places, prompts, words) and back. Production code reaches all
 * of it only as a {@link dev.aicortex.model.Simulator}.
 */
@NullMarked
package dev.aicortex.simulator;

import org.jspecify.annotations.NullMarked;
