using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>How this replica takes its leave.</summary>
internal sealed class ShutdownOptions
{
    public const string Section = "FederatedIdentity:Shutdown";

    /// <summary>How long it goes on serving after it was told to stop, so that load balancers have seen that it is not ready.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Delay { get; set; }
}

[OptionsValidator]
internal sealed partial class ShutdownOptionsValidator : IValidateOptions<ShutdownOptions>;
