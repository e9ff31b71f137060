/**
 * Who may ask, what, and how much. A request's secret is looked up in the {@code KeyRing}; what its
 * key may is a {@code Grant}; what it may use is asked of {@code Limits} and settled when the
 * answer has ended. The keys that are not configured stand in the database.
 */
@NullMarked
package dev.aicortex.keys;

import org.jspecify.annotations.NullMarked;
