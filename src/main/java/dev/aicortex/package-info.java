/**
 * The entry points: {@link dev.aicortex.Cortex} for Java, {@code Main} for the command line, which
 * picks the gateway or a one-shot command.
 */
@NullMarked
package dev.aicortex;

import org.jspecify.annotations.NullMarked;
