using System.Diagnostics;
using Npgsql;

namespace FederatedIdentity.Storage;

/// <summary>
/// Spans of what a traced request asks of PostgreSQL and Redis: the constant text of a statement or the name of a command, never a
/// parameter, a key or a value.
/// </summary>
public static class StorageTracing
{
    public const string SourceName = "FederatedIdentity.Storage";

    private static readonly ActivitySource _source = new(SourceName);

    private static bool IsTraced => Activity.Current is { Recorded: true };

    /// <summary>Npgsql makes the spans. Statements of no traced request, such as those that run every second, have none.</summary>
    internal static void Configure(NpgsqlTracingOptionsBuilder tracing) => tracing
        .ConfigureCommandFilter(static _ => IsTraced)
        .ConfigureBatchFilter(static _ => IsTraced)
        .EnableFirstResponseEvent(false)
        .EnablePhysicalOpenTracing(false);

    /// <summary>Null unless the request that asks is traced.</summary>
    internal static Activity? AskRedis(string command)
    {
        if (!IsTraced || _source.StartActivity("redis", ActivityKind.Client) is not { } span)
        {
            return null;
        }

        span.DisplayName = command;
        span.SetTag("db.system.name", "redis");
        span.SetTag("db.operation.name", command);
        return span;
    }

    internal static void Fail(this Activity? span, string kind)
    {
        span?.SetTag("error.type", kind);
        span?.SetStatus(ActivityStatusCode.Error);
    }
}
