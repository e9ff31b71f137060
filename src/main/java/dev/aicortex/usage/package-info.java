/**
 * What requests used: the gateway hands over one record a request, a thread of its own writes them
 * to the database in batches, with sums beside them, and lets them go when they are old. Nothing
 * here waits for a database while a request does.
 */
@NullMarked
package dev.aicortex.usage;

import org.jspecify.annotations.NullMarked;
