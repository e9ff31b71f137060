package dev.aicortex.cli;

import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Shipped;
import dev.aicortex.catalogue.refresh.Apply.Applied;
import dev.aicortex.catalogue.refresh.Apply.NotAppliedException;
import dev.aicortex.catalogue.refresh.Refresh;
import dev.aicortex.catalogue.refresh.RefreshStep;
import dev.aicortex.ollama.PlainControl;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex refresh}: check, fetch, resolve and apply in one. */
@Command(
        name = "refresh",
        description = "Brings the catalogue up to date: check, fetch, resolve, apply.")
final class RefreshCommand implements Callable<Integer> {
    @Mixin private final CatalogueOptions options = new CatalogueOptions();
    @Mixin private final ServersOption servers = new ServersOption();
    @Mixin private final ApplyOptions how = new ApplyOptions();
    @Mixin private final OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        try (PlainControl control = options.control();
                ProgressBar bar = ProgressBar.on(options.err())) {
            Refresh refresh =
                    new Refresh(
                            control,
                            options.config().refresh().concurrency(),
                            options.plugins().load(RefreshStep.class),
                            Shipped.families(),
                            Clock.systemUTC(),
                            warning -> bar.beside(() -> options.warn(warning)));
            Refresh.Report report =
                    refresh.run(
                            options.volume(),
                            how.options(options.config()),
                            servers.targets(options),
                            bar);
            bar.clear();
            print(report);
            return 0;
        } catch (NotAppliedException e) {
            throw new CommandException(String.valueOf(e.getMessage()));
        } catch (Lease.HeldException e) {
            throw CommandException.held(e);
        } catch (IOException e) {
            throw options.unusable(e);
        }
    }

    private void print(Refresh.Report report) {
        Applied applied = report.applied();
        report.warnings().forEach(options::warn);
        if (output.json()) {
            AppliedLine.print(applied, options);
        } else {
            Changes changes = new Changes(applied.changes());
            changes.print(options.out());
            options.out().println(summary(report, changes));
        }
    }

    private String summary(Refresh.Report report, Changes changes) {
        return "%d servers asked, %d did not answer; %s; %s"
                .formatted(report.checked(), report.failed(), changes.summary(), end(report));
    }

    private String end(Refresh.Report report) {
        if (how.dryRun()) {
            return "nothing written: a dry run";
        }
        Applied applied = report.applied();
        return applied.written() ? "generation " + applied.generation() : "nothing to write";
    }
}
