/** One command a class; each asks a running AI Cortex over HTTP. */
@NullMarked
package dev.aicortex.cli;

import org.jspecify.annotations.NullMarked;
