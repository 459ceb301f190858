using System.Security.Cryptography;
using FederatedIdentity.Domain.Keys;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.OpenId;

/// <summary>Does what is due with the signing keys, unless another replica is just doing it; one that starts waits for its turn.</summary>
internal sealed partial class SigningKeyRotation(
    NpgsqlSigningKeys store,
    IOptions<TokenOptions> tokens,
    IOptions<DeploymentOptions> deployment,
    SigningKeyMetrics metrics,
    ILogger<SigningKeyRotation> logger)
{
    private readonly KeySchedule _schedule = tokens.Value.Schedule;

    /// <summary>
    /// The keys after whatever was due. One query when nothing is, which is nearly always. A master key that does not open the keys there
    /// are changes nothing, and an error is logged.
    /// </summary>
    public async Task<StoredSigningKeys> TendAsync(bool starting, CancellationToken ct)
    {
        var stored = await store.ReadAsync(ct);
        if (Due(stored) is not null)
        {
            try
            {
                var taken = await store.ChangeAsync(deployment.Value.Region, Due, SigningKeyText.Generate, wait: starting, ct);
                Report(taken ?? []);
            }
            catch (CryptographicException fault)
            {
                Log.CannotChange(logger, fault.Message);
            }

            stored = await store.ReadAsync(ct);
        }

        metrics.Observe(stored, _schedule);
        return stored;

        KeyStep? Due(StoredSigningKeys keys) => SigningKeyCycle.Due(keys.Lives, keys.ReadAt, _schedule, starting);
    }

    private void Report(IReadOnlyList<(KeyStep Step, string Kid)> taken)
    {
        foreach (var (step, kid) in taken)
        {
            metrics.Took(step);
            switch (step)
            {
                case KeyStep.Create create:
                    Log.Created(logger, kid, create.Algorithm, create.State);
                    break;
                case KeyStep.Activate:
                    Log.Activated(logger, kid);
                    break;
                case KeyStep.Retire:
                    Log.Retired(logger, kid);
                    break;
                default:
                    Log.Removed(logger, kid);
                    break;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Information, "Made signing key {Kid} ({Algorithm}, {State}).")]
        public static partial void Created(ILogger logger, string kid, string algorithm, string state);

        [LoggerMessage(31, LogLevel.Information, "Rotated: signing key {Kid} signs from now on, and the one before is retired.")]
        public static partial void Activated(ILogger logger, string kid);

        [LoggerMessage(32, LogLevel.Information, "Retired signing key {Kid}; it stays published for the tokens that it signed.")]
        public static partial void Retired(ILogger logger, string kid);

        [LoggerMessage(33, LogLevel.Information, "Removed signing key {Kid}: no token needs it any more.")]
        public static partial void Removed(ILogger logger, string kid);

        [LoggerMessage(34, LogLevel.Error, "The signing keys cannot be rotated. {Reason}")]
        public static partial void CannotChange(ILogger logger, string reason);
    }
}
