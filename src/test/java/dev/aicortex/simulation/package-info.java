/**
 * A fleet on a simulated clock: the gateway's own ranking, measuring and mirroring choose among
 * servers that are modelled event by event. {@code bench/routing} prints what comes of it.
 */
@NullMarked
package dev.aicortex.simulation;

import org.jspecify.annotations.NullMarked;
