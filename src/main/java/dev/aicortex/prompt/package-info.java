/**
 * What is known of prompts without a model: how many tokens they may have, whether a server cut
 * one, and whether a model's template has it go on with an answer that was begun. Long strings of a
 * request (images above all) are never held. Knows neither relay nor gateway.
 */
@NullMarked
package dev.aicortex.prompt;

import org.jspecify.annotations.NullMarked;
