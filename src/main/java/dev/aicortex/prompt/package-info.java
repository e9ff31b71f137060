/**
 * What is known of prompts without a model: how many tokens they may have, and whether a server cut
 * one. Long strings of a request (images above all) are never held. Knows neither relay nor
 * gateway.
 */
@NullMarked
package dev.aicortex.prompt;

import org.jspecify.annotations.NullMarked;
