package dev.aicortex.fleet.discovery;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.DnsName;
import dev.aicortex.fleet.discovery.DnsMemory.Question;
import io.netty.handler.codec.dns.DnsRecordType;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Looks names up, again and again: each of their addresses is a server. */
final class DnsSearch implements Discovery.Search {
    private static final Logger LOG = Logger.getLogger(DnsSearch.class);
    private static final List<DnsRecordType> ADDRESSES =
            List.of(DnsRecordType.A, DnsRecordType.AAAA);

    private final CortexConfig.Discovery config;
    private final Discovery.Finding finding;
    private final ScheduledExecutorService thread = Threads.one("discovery by DNS");
    private final CompletableFuture<Void> looked = new CompletableFuture<>();
    private final DnsMemory memory = new DnsMemory();
    private final Set<Question> asked = new HashSet<>();
    private String told = "";
    private String problem = "";
    private @Nullable DnsLookUp dns;

    DnsSearch(CortexConfig config, Discovery.Finding finding) {
        this.config = config.discovery();
        this.finding = finding;
    }

    @Override
    public CompletableFuture<Void> start() {
        DnsLookUp opened = new DnsLookUp(config.dnsServer().map(DnsName::server));
        dns = opened;
        List<DnsName> names =
                config.dns().orElse(List.of()).stream().map(DnsName::of).distinct().toList();
        ScheduledFuture<?> _ =
                thread.scheduleWithFixedDelay(
                        Threads.logged(() -> look(names, opened)),
                        0,
                        config.interval().toMillis(),
                        TimeUnit.MILLISECONDS);
        return looked;
    }

    @Override
    public void stop() {
        thread.shutdownNow();
        if (dns != null) {
            dns.close();
        }
    }

    private void look(List<DnsName> names, DnsLookUp dns) {
        asked.clear();
        problem = "";
        Set<FoundServer> servers = new LinkedHashSet<>();
        for (DnsName name : names) {
            if (name.service()) {
                for (String at : values(new Question(name.name(), DnsRecordType.SRV), dns)) {
                    int colon = at.lastIndexOf(':');
                    int port = Integer.parseInt(at.substring(colon + 1));
                    servers(at.substring(0, colon), port, dns, servers);
                }
            } else {
                servers(name.name(), name.port(), dns, servers);
            }
        }
        memory.retain(asked);
        tell();
        finding.take(servers).onComplete(_ -> looked.complete(null));
    }

    private void servers(String host, int port, DnsLookUp dns, Set<FoundServer> servers) {
        for (DnsRecordType type : ADDRESSES) {
            for (String address : values(new Question(host, type), dns)) {
                String name = port == DnsName.OLLAMA ? address : address + "-" + port;
                servers.add(new FoundServer(name, address, port, List.of()));
            }
        }
    }

    private Set<String> values(Question question, DnsLookUp dns) {
        asked.add(question);
        try {
            return memory.answered(question, dns.values(question));
        } catch (IOException e) {
            problem = "%s (%s): %s".formatted(question.name(), question.type().name(), text(e));
            return memory.unanswered(question);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the gateway stops
            return memory.unanswered(question);
        }
    }

    private static String text(IOException e) {
        return String.valueOf(e.getMessage());
    }

    /** Once, not each time. */
    private void tell() {
        if (problem.isEmpty() != told.isEmpty() && !problem.isEmpty()) {
            LOG.warnf("DNS is away, the servers that it told go on to count: %s", problem);
        }
        told = problem;
    }
}
