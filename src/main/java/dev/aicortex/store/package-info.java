/**
 * The database: SQLite in the data folder, or PostgreSQL where several replicas share it. Whoever
 * keeps something there writes its own SQL; no request waits for any.
 */
@NullMarked
package dev.aicortex.store;

import org.jspecify.annotations.NullMarked;
