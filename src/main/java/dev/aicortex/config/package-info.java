/** The keys under <code>cortex.</code>: each with a type, a default and one sentence. */
@NullMarked
package dev.aicortex.config;

import org.jspecify.annotations.NullMarked;
