package dev.aicortex.cli;

import dev.aicortex.catalogue.refresh.Check;
import dev.aicortex.catalogue.refresh.CheckedServer;
import dev.aicortex.catalogue.refresh.Progress;
import dev.aicortex.catalogue.refresh.RefreshStep;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.PlainControl;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex check}. */
@Command(
        name = "check",
        description = "Refresh, step 1: asks servers whether they answer.",
        footer = CatalogueOptions.PIPELINE)
final class CheckCommand implements Callable<Integer> {
    @Mixin private final CatalogueOptions options = new CatalogueOptions();
    @Mixin private final ServersOption servers = new ServersOption();

    @Override
    public Integer call() {
        List<ServerUrl> targets =
                List.copyOf(servers.byAddress(options, options.content().families()).values());
        try (PlainControl control = options.control()) {
            int concurrency = options.config().refresh().concurrency();
            List<CheckedServer> checked =
                    new Check(control, concurrency, Clock.systemUTC()).run(targets, Progress.NONE);
            for (RefreshStep plugin : options.plugins().load(RefreshStep.class)) {
                checked = plugin.afterCheck(checked);
            }
            checked.forEach(options::print);
        }
        return 0;
    }
}
