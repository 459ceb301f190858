using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers.Saml;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Hosting;

/// <summary>Creates what the configuration asks for and the database does not have yet; any number of replicas may do so at once.</summary>
internal sealed partial class Bootstrap(
    NpgsqlAccessKeys accessKeys,
    IDbContextFactory<ControlPlaneDb> databases,
    IOptions<BootstrapOptions> options,
    IOptions<DeploymentOptions> deployment,
    TimeProvider clock,
    ILogger<Bootstrap> logger)
{
    public async Task RunAsync(CancellationToken ct)
    {
        var account = deployment.Value.AccountId;
        await accessKeys.EnsureAccountAsync(account, ct);
        if (options.Value.Bootstrap is { AccessKeyId: { } id, SecretAccessKey: { } secret }
            && await accessKeys.TryBootstrapAsync(account, id, new SecretKey(secret), ct))
        {
            Log.FirstKeyCreated(logger, id, account);
        }

        foreach (var provider in options.Value.OpenIdConnectProviders)
        {
            await CreateProviderAsync(account, provider, ct);
        }

        foreach (var provider in options.Value.SamlProviders)
        {
            await CreateProviderAsync(account, provider.Name!, provider.ReadMetadata() ?? "", ct);
        }
    }

    /// <summary>An existing provider stays as it is: from then on it is administered through the API.</summary>
    private async Task CreateProviderAsync(
        string account, BootstrapOptions.OpenIdConnectProviderOptions provider, CancellationToken ct)
    {
        var url = provider.Url!;
        string[] clientIds = [.. provider.ClientIds.Distinct(StringComparer.Ordinal)];
        string[] thumbprints =
            [.. provider.Thumbprints.Select(thumbprint => thumbprint.ToLowerInvariant()).Distinct(StringComparer.Ordinal)];
        var arn = deployment.Value.OpenIdConnectProviderArn(account, OpenIdConnectProvider.KeyOf(url));
        await using var db = await databases.CreateDbContextAsync(ct);
        var created = await db.Database.ExecuteSqlAsync(
            $"""
            with created as (
                insert into open_id_connect_provider (arn, account_id, url, thumbprints, created_at)
                values ({arn}, {account}, {url}, {thumbprints}, {clock.GetUtcNow()})
                on conflict do nothing
                returning arn
            )
            insert into open_id_connect_provider_client (arn, client_id)
            select created.arn, client_id from created cross join unnest({clientIds}) as client_id
            """,
            ct);
        if (created > 0)
        {
            Log.ProviderCreated(logger, arn);
        }
    }

    private async Task CreateProviderAsync(string account, string name, string metadata, CancellationToken ct)
    {
        var trust = SamlMetadata.TryParse(metadata, out var fault)
            ?? throw new InvalidOperationException($"The metadata of SAML provider {name} cannot be used any more: {fault}.");
        var arn = deployment.Value.SamlProviderArn(account, name);
        await using var db = await databases.CreateDbContextAsync(ct);
        var created = await db.Database.ExecuteSqlAsync(
            $"""
            insert into saml_provider
                (arn, account_id, name, id, metadata, entity_id, signing_keys, valid_until, version, created_at)
            values
                ({arn}, {account}, {name}, {Guid.NewGuid()}, {metadata}, {trust.EntityId}, {trust.SigningKeys.ToArray()},
                {trust.ValidUntil}, 1, {clock.GetUtcNow()})
            on conflict do nothing
            """,
            ct);
        if (created > 0)
        {
            Log.ProviderCreated(logger, arn);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Information, "Created the first access key {AccessKeyId} of account {AccountId}.")]
        public static partial void FirstKeyCreated(ILogger logger, string accessKeyId, string accountId);

        [LoggerMessage(21, LogLevel.Information, "Created provider {Arn}.")]
        public static partial void ProviderCreated(ILogger logger, string arn);
    }
}
