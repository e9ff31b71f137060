package dev.aicortex.http.admin;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.gateway.request.Caller;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.usage.UsageLog;
import dev.aicortex.usage.UsageQuery;
import dev.aicortex.usage.UsageQuery.Dimension;
import dev.aicortex.usage.UsageReader;
import dev.aicortex.usage.UsageRecord;
import dev.aicortex.usage.UsageReport;
import dev.aicortex.usage.UsageStore;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /admin/usage}: who used what, for an operator. */
@Path("/admin/usage")
@Produces(MediaType.APPLICATION_JSON)
@AdminGuard.AdminOnly
@RunOnVirtualThread
public class UsageResource {
    private static final Logger LOG = Logger.getLogger(UsageResource.class);
    private static final int MOST_RECORDS = 1_000;

    private final UsageLog log;
    private final UsageStore store;
    private final UsageReader reader;

    UsageResource(UsageLog log, UsageStore store, UsageReader reader) {
        this.log = log;
        this.store = store;
        this.reader = reader;
    }

    /**
     * Sums over a time.
     *
     * @param by {@code key}, {@code user}, {@code model}, {@code server}, or several with commas
     *     between; the key when not given
     * @param span {@code minute}, {@code hour} or {@code day} for a series: each is told apart
     * @param top how many names are told apart at most; the others are summed up as one
     */
    @GET
    public UsageReport usage(
            @RestQuery @Nullable String by,
            @RestQuery @Nullable String since,
            @RestQuery @Nullable String until,
            @RestQuery @Nullable String span,
            @RestQuery @Nullable String top,
            @RestQuery @Nullable String key,
            @RestQuery @Nullable String user,
            @RestQuery @Nullable String model,
            @RestQuery @Nullable String server) {
        UsageQuery query =
                UsageQuery.of(
                        List.of(Dimension.values()),
                        by == null ? Dimension.KEY.word() : by,
                        since,
                        until,
                        span,
                        UsageQuery.only(key, user, model, server),
                        top,
                        Instant.now());
        return current(log, () -> reader.report(query));
    }

    /**
     * Single requests, the latest first.
     *
     * @param cursor what the page before named as its {@code next}
     */
    @GET
    @Path("records")
    public UsageReport.Page records(
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable String key,
            @RestQuery @Nullable String user,
            @RestQuery @Nullable String model,
            @RestQuery @Nullable String server,
            @RestQuery @Nullable String outcome) {
        Map<Dimension, String> only = UsageQuery.only(key, user, model, server);
        Optional<UsageRecord.Outcome> ended = Optional.ofNullable(outcome).map(UsageResource::end);
        Optional<String> before = Optional.ofNullable(cursor).map(UsageResource::id);
        int most = limit(limit);
        return current(log, () -> reader.records(only, ended, before, most));
    }

    private static int limit(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return 100;
        }
        int limit = text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST_RECORDS) {
            throw ValidationException.of(
                    "limit", text, "is out of range", "write a number from 1 to " + MOST_RECORDS);
        }
        return limit;
    }

    private static String id(String cursor) {
        if (!cursor.matches("[0-9a-f]{28}")) {
            throw ValidationException.of(
                    "cursor", cursor, "is none", "send what the page before has as its next");
        }
        return cursor;
    }

    private static UsageRecord.Outcome end(String word) {
        return Arrays.stream(UsageRecord.Outcome.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        ValidationException.of(
                                "outcome",
                                word,
                                "is no way in which requests end",
                                "write one of "
                                        + Arrays.stream(UsageRecord.Outcome.values())
                                                .map(UsageRecord.Outcome::word)
                                                .collect(Collectors.joining(", "))));
    }

    /** Forgets the records and sums of a key or of an end user, for good. */
    @DELETE
    public UsageStore.Deleted forget(
            @RestQuery @Nullable String key, @RestQuery @Nullable String user) {
        if ((key == null) == (user == null)) {
            throw new ValidationException("key or user is missing, or both are there; name one");
        }
        Dimension dimension = key == null ? Dimension.USER : Dimension.KEY;
        String value = key == null ? String.valueOf(user) : key;
        log.flush();
        UsageStore.Deleted deleted = store.delete(dimension, value);
        LOG.infof(
                "usage of one %s was deleted: %d records, %d sums",
                dimension.word(), deleted.records(), deleted.sums());
        return deleted;
    }

    /** With what requests used a moment ago. */
    private static <T> T current(UsageLog log, Supplier<T> read) {
        if (!log.wanted()) {
            throw ValidationException.ofServer(
                    404,
                    "usage_not_recorded",
                    "usage is not recorded: cortex.usage.enabled or cortex.database.url is off");
        }
        log.flush();
        return read.get();
    }

    /** {@code GET /v1/usage}: a key's own; where none is asked for all, for this machine alone. */
    @Path("/v1/usage")
    @Produces(MediaType.APPLICATION_JSON)
    @RunOnVirtualThread
    public static class Own {
        private static final List<Dimension> BY = List.of(Dimension.USER, Dimension.MODEL);

        private final UsageLog log;
        private final UsageReader reader;
        private final CortexConfig config;

        Own(UsageLog log, UsageReader reader, CortexConfig config) {
            this.log = log;
            this.reader = reader;
            this.config = config;
        }

        /**
         * Sums over a time.
         *
         * @param by {@code user}, {@code model}, or both with a comma between; the model when not
         *     given
         */
        @GET
        public UsageReport usage(
                @Context RoutingContext context,
                @Context HttpServerRequest request,
                @RestQuery @Nullable String by,
                @RestQuery @Nullable String since,
                @RestQuery @Nullable String until,
                @RestQuery @Nullable String span,
                @RestQuery @Nullable String top,
                @RestQuery @Nullable String user,
                @RestQuery @Nullable String model) {
            String key = Caller.of(context);
            if (key == null && !AdminGuard.allows(request, config)) {
                throw AccessException.forbidden(
                        "usage_of_all",
                        "without keys this gateway tells its usage to its own machine alone; set cortex.keys, or ask /admin/usage with cortex.admin-token");
            }
            UsageQuery query =
                    UsageQuery.of(
                            BY,
                            by == null ? Dimension.MODEL.word() : by,
                            since,
                            until,
                            span,
                            UsageQuery.only(key, user, model, null),
                            top,
                            Instant.now());
            return current(log, () -> reader.report(query));
        }
    }
}
