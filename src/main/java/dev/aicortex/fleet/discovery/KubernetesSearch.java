package dev.aicortex.fleet.discovery;

import dev.aicortex.config.CortexConfig;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows the EndpointSlices of Services. What the API told last counts while it is away: the
 * informers keep it, and {@link LastLabels} the labels of the pods.
 */
final class KubernetesSearch implements Discovery.Search {
    private static final Logger LOG = Logger.getLogger(KubernetesSearch.class);
    private static final String SERVICE = "kubernetes.io/service-name";

    /** Changes that come together are taken as one. */
    private static final long GATHER_MILLIS = 150;

    /** Labels are read again, and what a newer file has pushed out is tried again. */
    private static final long AGAIN_SECONDS = 30;

    private final CortexConfig.Discovery.Kubernetes config;
    private final Discovery.Finding finding;
    private final LastLabels labels;
    private final Vertx vertx;
    private final ScheduledExecutorService thread = Threads.one("discovery in Kubernetes");
    private final AtomicBoolean due = new AtomicBoolean();
    private final CompletableFuture<Void> looked = new CompletableFuture<>();
    private final List<SharedIndexInformer<EndpointSlice>> informers = new ArrayList<>();

    /** The ids of the pods whose labels have been read lately. */
    private final Set<String> read = new HashSet<>();

    private volatile @Nullable KubernetesClient client;
    private String namespace = "";
    private volatile boolean away;

    KubernetesSearch(
            CortexConfig config, Discovery.Finding finding, LastLabels labels, Vertx vertx) {
        this.config = config.discovery().kubernetes();
        this.finding = finding;
        this.labels = labels;
        this.vertx = vertx;
    }

    private final class Changes implements ResourceEventHandler<EndpointSlice> {
        @Override
        public void onAdd(EndpointSlice slice) {
            changed();
        }

        @Override
        public void onUpdate(EndpointSlice before, EndpointSlice slice) {
            changed();
        }

        @Override
        public void onDelete(EndpointSlice slice, boolean unseen) {
            changed();
        }

        @Override
        public void onNothing() {
            changed();
        }
    }

    @Override
    public CompletableFuture<Void> start() {
        thread.execute(Threads.logged(this::connect));
        return looked;
    }

    @Override
    public void stop() {
        thread.shutdownNow();
        informers.forEach(SharedIndexInformer::stop);
        if (client != null) {
            client.close();
        }
    }

    private void connect() {
        KubernetesClient opened =
                new KubernetesClientBuilder()
                        .withHttpClientFactory(new VertxHttpClientFactory(vertx))
                        .editOrNewConfig()
                        .withRequestRetryBackoffLimit(1) // who asks tries again anyway
                        .endConfig()
                        .build();
        client = opened;
        namespace =
                config.namespace()
                        .or(() -> Optional.ofNullable(opened.getNamespace()))
                        .orElse("default");
        for (String selector : selectors()) {
            SharedIndexInformer<EndpointSlice> informer =
                    opened.discovery()
                            .v1()
                            .endpointSlices()
                            .inNamespace(namespace)
                            .withLabelSelector(selector)
                            .runnableInformer(0);
            informers.add(informer);
            CompletionStage<Void> _ =
                    informer.addEventHandler(new Changes())
                            .exceptionHandler((_, problem) -> again(problem))
                            .start();
        }
        ScheduledFuture<?> _ =
                thread.scheduleWithFixedDelay(
                        Threads.logged(this::lookAgain),
                        AGAIN_SECONDS,
                        AGAIN_SECONDS,
                        TimeUnit.SECONDS);
    }

    /** EndpointSlices have their Service's name as a label, and its labels too. */
    private List<String> selectors() {
        List<String> selectors = new ArrayList<>();
        config.services()
                .ifPresent(names -> names.forEach(name -> selectors.add(SERVICE + "=" + name)));
        config.selector().ifPresent(selectors::add);
        return selectors;
    }

    /** On a thread of the client, which tries for ever: the pauses grow to half a minute. */
    private boolean again(Throwable problem) {
        if (!away) { // once, not each time
            LOG.warnf(
                    "the API of Kubernetes is away, the servers that it told go on to count: %s",
                    problem.getMessage());
            away = true;
        }
        looked.complete(null);
        return true;
    }

    private void changed() {
        if (due.compareAndSet(false, true)) {
            ScheduledFuture<?> _ =
                    thread.schedule(
                            Threads.logged(() -> {
                                due.set(false);
                                take();
                            }),
                            GATHER_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    private void lookAgain() {
        read.clear();
        take();
    }

    /** What an informer has not been told yet is no news. */
    private void take() {
        List<EndpointSlice> slices =
                informers.stream()
                        .filter(SharedIndexInformer::hasSynced)
                        .flatMap(informer -> informer.getStore().list().stream())
                        .toList();
        if (informers.stream().noneMatch(SharedIndexInformer::hasSynced)) {
            return;
        }
        if (away && informers.stream().allMatch(SharedIndexInformer::isWatching)) {
            LOG.info("the API of Kubernetes answers again");
            away = false;
        }
        Set<String> pods = new HashSet<>();
        List<FoundServer> found =
                EndpointServers.of(
                        slices,
                        config.port(),
                        endpoint -> {
                            pods.add(endpoint.getTargetRef().getUid());
                            return labels(endpoint);
                        });
        read.retainAll(pods);
        labels.retain(pods);
        finding.take(found).onComplete(_ -> looked.complete(null));
    }

    private List<String> labels(Endpoint endpoint) {
        String id = endpoint.getTargetRef().getUid();
        if (read.contains(id)) {
            return labels.lastKnown(id);
        }
        List<String> told = labels.of(id, () -> asked(endpoint));
        if (labels.has(id)) {
            read.add(id);
        }
        return told;
    }

    /** Of the pod that has the address: an endpoint may name any, and rules ask for labels. */
    private List<String> asked(Endpoint endpoint) {
        Pod pod =
                Objects.requireNonNull(client)
                        .pods()
                        .inNamespace(namespace)
                        .withName(endpoint.getTargetRef().getName())
                        .get();
        if (pod == null || !hasAddress(pod, endpoint.getAddresses().getFirst())) {
            return List.of();
        }
        Map<String, String> all = pod.getMetadata().getLabels();
        return all == null
                ? List.of()
                : all.entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .toList();
    }

    private static boolean hasAddress(Pod pod, String address) {
        return pod.getStatus() != null
                && pod.getStatus().getPodIPs().stream().anyMatch(ip -> address.equals(ip.getIp()));
    }
}
