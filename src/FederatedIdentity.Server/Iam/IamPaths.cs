using System.Diagnostics;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

/// <summary>What policies call an IAM resource: its ARN with path, and its tags.</summary>
internal sealed record IamResource(string Arn, IReadOnlyDictionary<string, string> Tags);

/// <summary>
/// Looks up what an IAM call acts on, in the caller's account alone. What does not exist there has the ARN that the input alone gives,
/// and no tags: a caller learns nothing about it, and the action will not find it either.
/// </summary>
internal sealed class IamPaths(IDbContextFactory<ControlPlaneDb> databases, IOptions<DeploymentOptions> deployment)
{
    private static readonly Dictionary<string, string> NoTags = [];

    public async ValueTask<IamResource> FindAsync(ActedOn actedOn, Caller caller, CancellationToken ct)
    {
        if (actedOn.Entity is not { } entity)
        {
            return new IamResource(actedOn.Resource, NoTags);
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return await (entity.Kind switch
        {
            IamEntityKind.Role => RoleAsync(db, caller.AccountId, entity.Name, ct),
            IamEntityKind.User => UserAsync(db, caller.AccountId, entity.Name ?? NameOf(caller), ct),
            IamEntityKind.OwnerOfAccessKey => OwnerAsync(db, caller.AccountId, entity.Name, ct),
            IamEntityKind.OpenIdConnectProvider => OpenIdConnectAsync(db, caller.AccountId, entity.Name, ct),
            IamEntityKind.SamlProvider => SamlAsync(db, caller.AccountId, entity.Name, ct),
            _ => throw new UnreachableException(),
        }) ?? new IamResource(actedOn.Resource, NoTags);
    }

    private static string? NameOf(Caller caller) => caller.Kind == CallerKind.User ? caller.Name : null;

    private async Task<IamResource?> RoleAsync(ControlPlaneDb db, string account, string? name, CancellationToken ct)
    {
        var role = await db.IamRoles.AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == account && row.Name == name, ct);
        return role is null ? null : new IamResource(deployment.Value.RoleArn(account, role.Path, role.Name), role.Tags);
    }

    private async Task<IamResource?> UserAsync(ControlPlaneDb db, string account, string? name, CancellationToken ct)
    {
        var user = await db.IamUsers.AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == account && row.Name == name, ct);
        return user is null ? null : new IamResource(deployment.Value.UserArn(account, user.Path, user.Name), user.Tags);
    }

    private async Task<IamResource?> OwnerAsync(ControlPlaneDb db, string account, string? accessKeyId, CancellationToken ct)
    {
        var key = await db.AccessKeys.AsNoTracking().SingleOrDefaultAsync(row => row.Id == accessKeyId && row.AccountId == account, ct);
        return key is null ? null
            : key.UserName is null ? new IamResource(deployment.Value.RootArn(account), NoTags)
            : await UserAsync(db, account, key.UserName, ct);
    }

    private static async Task<IamResource?> OpenIdConnectAsync(ControlPlaneDb db, string account, string? arn, CancellationToken ct)
    {
        // An ARN may hold any character, a database text may not; only what could be one is looked for.
        var provider = ProviderArn.TryParse(arn!, ProviderArn.OpenIdConnect) is null
            ? null
            : await db.OpenIdConnectProviders.AsNoTracking().SingleOrDefaultAsync(row => row.Arn == arn && row.AccountId == account, ct);
        return provider is null ? null : new IamResource(provider.Arn, provider.Tags);
    }

    private static async Task<IamResource?> SamlAsync(ControlPlaneDb db, string account, string? arn, CancellationToken ct)
    {
        var tags = ProviderArn.TryParse(arn!, ProviderArn.Saml) is null
            ? null
            : await db.SamlProviders.Where(row => row.Arn == arn && row.AccountId == account).Select(row => row.Tags)
                .SingleOrDefaultAsync(ct);
        return tags is null ? null : new IamResource(arn!, tags);
    }
}
