/** The entry point: picks the gateway or a one-shot command. */
@NullMarked
package dev.aicortex;

import org.jspecify.annotations.NullMarked;
