package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.catalogue.refresh.Progress.Step;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ControlApi;
import dev.aicortex.ollama.UnreachableException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Step 1: which servers answer their model list? All are asked at once, up to a bound.
 *
 * @param concurrency how many are asked at once
 */
public record Check(ControlApi api, int concurrency, Clock clock) {
    /** One record a server, in the order given. */
    public List<CheckedServer> run(List<ServerUrl> servers, Progress progress) {
        String day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
        return Parallel.map(
                servers, concurrency, Step.CHECK, progress, server -> check(server, day));
    }

    private CheckedServer check(ServerUrl server, String day) {
        try {
            api.tags(server);
            return new CheckedServer(server.toString(), Status.UP, "", day);
        } catch (UnreachableException e) {
            return new CheckedServer(server.toString(), Status.DOWN, e.reason(), day);
        }
    }
}
