using System.Diagnostics.Metrics;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>How the numbers of a metric hang together.</summary>
internal enum FamilyKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A sum that goes up and down.</summary>
    UpDownCounter,

    /// <summary>The last number that was said.</summary>
    Gauge,

    Histogram,
}

internal static class FamilyKinds
{
    /// <summary>Null for a kind of instrument that did not exist when this was written.</summary>
    public static FamilyKind? Of(Instrument instrument) => Open(instrument.GetType()) switch
    {
        var type when type == typeof(Counter<>) || type == typeof(ObservableCounter<>) => FamilyKind.Counter,
        var type when type == typeof(UpDownCounter<>) || type == typeof(ObservableUpDownCounter<>) => FamilyKind.UpDownCounter,
        var type when type == typeof(Gauge<>) || type == typeof(ObservableGauge<>) => FamilyKind.Gauge,
        var type when type == typeof(Histogram<>) => FamilyKind.Histogram,
        _ => null,
    };

    private static Type Open(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}
