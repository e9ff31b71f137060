/**
 * The database: SQLite in the data folder, or PostgreSQL where several replicas share it. Whoever
 * keeps something there writes its own SQL; no request waits for any. And the connections to Redis,
 * for what replicas share from one request to the next.
 */
@NullMarked
package dev.aicortex.store;

import org.jspecify.annotations.NullMarked;
