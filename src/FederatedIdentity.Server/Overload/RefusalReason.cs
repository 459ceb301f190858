namespace FederatedIdentity.Server.Overload;

/// <summary>The closed set of reasons for which something is turned away, as metrics and the log name them.</summary>
internal static class RefusalReason
{
    public const string QueueFull = "queue_full";
    public const string QueueTime = "queue_time";
    public const string OutsideFull = "outside_full";
    public const string BodiesFull = "bodies_full";
    public const string ConnectionsFull = "connections_full";

    public static IReadOnlyList<string> All { get; } = [QueueFull, QueueTime, OutsideFull, BodiesFull, ConnectionsFull];
}
