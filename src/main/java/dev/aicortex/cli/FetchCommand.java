package dev.aicortex.cli;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.catalogue.refresh.CheckedServer;
import dev.aicortex.catalogue.refresh.Fetch;
import dev.aicortex.catalogue.refresh.FetchedServer;
import dev.aicortex.catalogue.refresh.JsonLines;
import dev.aicortex.catalogue.refresh.Progress;
import dev.aicortex.catalogue.refresh.RefreshStep;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.PlainControl;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex fetch}. */
@Command(
        name = "fetch",
        description = "Refresh, step 2: asks servers that answer what they hold.",
        footer = CatalogueOptions.PIPELINE)
final class FetchCommand implements Callable<Integer> {
    @Mixin private final CatalogueOptions options = new CatalogueOptions();
    @Mixin private final ServersOption servers = new ServersOption();
    private final InputStream in;

    FetchCommand() {
        this(System.in);
    }

    FetchCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() {
        List<CheckedServer> checked =
                JsonLines.read(options.lines(in, "check"), CheckedServer.class);
        Volume.Content content = options.content();
        Catalogue base = CatalogueOptions.catalogue(content);
        Map<String, ServerUrl> known = servers.byAddress(options, content.families());
        try (PlainControl control = options.control()) {
            int concurrency = options.config().refresh().concurrency();
            Fetch fetch =
                    new Fetch(
                            control,
                            concurrency,
                            url -> known.getOrDefault(url, ServerUrl.of(url)),
                            options::warn);
            List<FetchedServer> fetched = fetch.run(checked, Fetch.known(base), Progress.NONE);
            for (RefreshStep plugin : options.plugins().load(RefreshStep.class)) {
                fetched = plugin.afterFetch(fetched);
            }
            fetched.forEach(options::print);
        }
        return 0;
    }
}
