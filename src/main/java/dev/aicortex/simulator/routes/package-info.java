/**
 * What Ollama answers on each of its routes: which fields it reads and what it complains of, and
 * the shape of every answer, held to recorded exchanges. A route asks the {@code engine} for an
 * answer, and its frames put it into bytes.
 */
@NullMarked
package dev.aicortex.simulator.routes;

import org.jspecify.annotations.NullMarked;
