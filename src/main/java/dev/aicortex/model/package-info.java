/**
 * Names that every layer shares: models, servers, dialects and the errors a caller can meet.
 * Leaves: they import nothing of ours.
 */
@NullMarked
package dev.aicortex.model;

import org.jspecify.annotations.NullMarked;
