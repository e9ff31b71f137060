/**
 * What probes and answers have shown of one server, and of a model on it: whether it may be asked,
 * how many requests it answers at once, how fast it is, and which prompts it has cached. The fleet
 * writes it as requests begin and end; choices read it without waiting for anybody.
 */
@NullMarked
package dev.aicortex.fleet.observed;

import org.jspecify.annotations.NullMarked;
