/**
 * The values of the typed Java API: what one asks with and what one gets back. Immutable, without
 * effects; {@code dev.aicortex.Cortex} is where they go in and come out.
 */
@NullMarked
package dev.aicortex.api;

import org.jspecify.annotations.NullMarked;
