package dev.aicortex.cli;

import dev.aicortex.catalogue.Volume;
import dev.aicortex.catalogue.refresh.FetchedServer;
import dev.aicortex.catalogue.refresh.JsonLines;
import dev.aicortex.catalogue.refresh.RefreshStep;
import dev.aicortex.catalogue.refresh.Resolution;
import dev.aicortex.catalogue.refresh.Resolve;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex resolve}. */
@Command(
        name = "resolve",
        description = "Refresh, step 3: merges what they hold into the catalogue.",
        footer = CatalogueOptions.PIPELINE)
final class ResolveCommand implements Callable<Integer> {
    @Mixin private final CatalogueOptions options = new CatalogueOptions();
    private final InputStream in;

    ResolveCommand() {
        this(System.in);
    }

    ResolveCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() {
        List<FetchedServer> fetched =
                JsonLines.read(options.lines(in, "fetch"), FetchedServer.class);
        Volume.Content content = options.content();
        Resolution resolution =
                Resolve.run(CatalogueOptions.catalogue(content), content.version(), fetched);
        for (RefreshStep plugin : options.plugins().load(RefreshStep.class)) {
            resolution = plugin.afterResolve(resolution);
        }
        resolution.warnings().forEach(options::warn);
        JsonLines.lines(resolution).forEach(options.out()::println);
        return 0;
    }
}
