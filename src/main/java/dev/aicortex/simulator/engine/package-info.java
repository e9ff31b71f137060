/**
 * What a server runs, whatever dialect it is asked in: the models it holds and those in memory,
 * places and their queue, prompts and their caches, and the words of an answer. A route's {@link
 * dev.aicortex.simulator.engine.Frames} put these into bytes.
 */
@NullMarked
package dev.aicortex.simulator.engine;

import org.jspecify.annotations.NullMarked;
