/** The public API of AI Cortex and its entry point. */
@NullMarked
package dev.aicortex;

import org.jspecify.annotations.NullMarked;
