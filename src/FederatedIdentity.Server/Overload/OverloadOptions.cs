using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Overload;

/// <summary>How much this replica takes on at once. What is left out follows from the database's pool and the process's file limit.</summary>
internal sealed class OverloadOptions
{
    public const string Section = "FederatedIdentity:Overload";

    private const int QueuedPerPlace = 64;
    private const int OutsidePerPlace = 32;

    /// <summary>Calls that work at once; without it, one for each connection of the database's pool.</summary>
    [Range(1, 10_000)]
    public int? Concurrency { get; set; }

    /// <summary>Calls that wait for their turn.</summary>
    [Range(0, 1_000_000)]
    public int? Queue { get; set; }

    /// <summary>How long one waits at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:10")]
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Calls that wait for a login provider or another STS.</summary>
    [Range(1, 1_000_000)]
    public int? Outside { get; set; }

    /// <summary>Bytes of large bodies in memory, all together.</summary>
    [Range(1 << 20, 1L << 40)]
    public long BodyBytes { get; set; } = 64 << 20;

    /// <summary>Open connections of clients.</summary>
    [Range(1, 10_000_000)]
    public int? Connections { get; set; }

    public int QueueFor(int concurrency) => Queue ?? QueuedPerPlace * concurrency;

    public int OutsideFor(int concurrency) => Outside ?? OutsidePerPlace * concurrency;
}

[OptionsValidator]
internal sealed partial class OverloadOptionsValidator : IValidateOptions<OverloadOptions>;
