/**
 * Prompt templates as servers have them, in the part of Go's template language that models use:
 * just enough to know whether a model goes on with an answer that somebody else began. Pure.
 */
@NullMarked
package dev.aicortex.prompt.template;

import org.jspecify.annotations.NullMarked;
