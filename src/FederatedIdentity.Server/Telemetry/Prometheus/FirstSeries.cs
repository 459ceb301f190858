using System.Collections.Frozen;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Overload;
using FederatedIdentity.Server.Sts;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>
/// Series that are there from the start, so that a dashboard of a quiet replica is not empty and an alert sees the first failure: of
/// histograms, which cannot begin by themselves, and of counters that others make, or that are made before anybody listens. The rest
/// begin at zero.
/// </summary>
internal static class FirstSeries
{
    private static readonly FrozenDictionary<string, Tag[][]> _byInstrument = new Dictionary<string, Tag[][]>
    {
        ["federated_identity.request.duration"] =
        [
            .. ApiSurface.Operations.Values.Where(operation => operation.Access == Access.Public)
                .SelectMany(operation => Endings(operation.Name, "InternalErrorException")),
            .. StsSurface.Actions.Where(action => action.Access == Access.Public)
                .SelectMany(action => Endings(action.Name, "InternalFailure")),
        ],
        ["federated_identity.overload.refused"] = [.. RefusalReason.All.Select(reason => new Tag[] { new("reason", reason) })],
        ["dotnet.exceptions"] = [[]],
        ["federated_identity.redis.command.duration"] = [[new("outcome", "ok")]],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static void Prepare(string instrument, MetricFamily family)
    {
        foreach (var tags in _byInstrument.GetValueOrDefault(instrument, []))
        {
            family.Prepare(tags);
        }
    }

    private static Tag[][] Endings(string operation, string failure) =>
        [[new("operation", operation), new("outcome", "Success")], [new("operation", operation), new("outcome", failure)]];
}
