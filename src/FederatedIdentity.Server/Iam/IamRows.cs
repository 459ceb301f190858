using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

/// <summary>
/// Changes of what belongs to the caller's account; what is another's is not there. Whoever changes a thing or what hangs on it
/// locks its row first, and whoever adds one locks the account, so that quotas, names and "must delete first" hold whatever happens at
/// the same time. A change that ends in an error is undone.
/// </summary>
internal sealed class IamRows(IDbContextFactory<ControlPlaneDb> databases)
{
    /// <summary>Runs while no other creation in the account does. Does not hold up what only refers to the account.</summary>
    public Task<Outcome<TOutput>> CreateAsync<TOutput>(
        CallContext call, Func<ControlPlaneDb, Task<Outcome<TOutput>>> create, CancellationToken ct)
        where TOutput : class =>
        TransactAsync(
            async db =>
            {
                await db.Database.ExecuteSqlAsync($"select from account where id = {call.AccountId} for no key update", ct);
                return await create(db);
            },
            ct);

    public Task<Outcome<TOutput>> ChangeRoleAsync<TOutput>(
        string? name, CallContext call, Func<ControlPlaneDb, IamRoleRow, Task<Outcome<TOutput>>> change, CancellationToken ct)
        where TOutput : class =>
        TransactAsync(
            async db => await db.IamRoles
                .FromSql($"select * from iam_role where account_id = {call.AccountId} and name = {name} for update")
                .SingleOrDefaultAsync(ct) is { } role
                ? await change(db, role)
                : IamErrors.NoRole(name),
            ct);

    public Task<Outcome<TOutput>> ChangeUserAsync<TOutput>(
        string? name, CallContext call, Func<ControlPlaneDb, IamUserRow, Task<Outcome<TOutput>>> change, CancellationToken ct)
        where TOutput : class =>
        TransactAsync(
            async db => await db.IamUsers
                .FromSql($"select * from iam_user where account_id = {call.AccountId} and name = {name} for update")
                .SingleOrDefaultAsync(ct) is { } user
                ? await change(db, user)
                : IamErrors.NoUser(name),
            ct);

    /// <summary>
    /// Changes the access keys of the user or, without a name, of the caller; <paramref name="change"/> gets null for the account's root.
    /// </summary>
    public async Task<Outcome<TOutput>> ChangeKeysAsync<TOutput>(
        string? userName, CallContext call, Func<ControlPlaneDb, string?, Task<Outcome<TOutput>>> change, CancellationToken ct)
        where TOutput : class
    {
        var whose = WhoseKeys.Of(userName, call);
        return whose.Error is { } nobody ? nobody
            : whose.Value!.UserName is { } name ? await ChangeUserAsync(name, call, (db, user) => change(db, user.Name), ct)
            : await CreateAsync(call, db => change(db, null), ct);
    }

    public Task<Outcome<TOutput>> ChangeOpenIdConnectProviderAsync<TOutput>(
        string arn, CallContext call, Func<ControlPlaneDb, OpenIdConnectProviderRow, Task<Outcome<TOutput>>> change, CancellationToken ct)
        where TOutput : class =>
        TransactAsync(
            async db => ProviderArn.TryParse(arn, ProviderArn.OpenIdConnect) is null
                ? IamErrors.MalformedArn(arn)
                : await db.OpenIdConnectProviders
                    .FromSql($"select * from open_id_connect_provider where arn = {arn} and account_id = {call.AccountId} for update")
                    .SingleOrDefaultAsync(ct) is { } provider
                ? await change(db, provider)
                : IamErrors.NoOpenIdConnectProvider(arn),
            ct);

    public Task<Outcome<TOutput>> ChangeSamlProviderAsync<TOutput>(
        string arn, CallContext call, Func<ControlPlaneDb, SamlProviderRow, Task<Outcome<TOutput>>> change, CancellationToken ct)
        where TOutput : class =>
        TransactAsync(
            async db => ProviderArn.TryParse(arn, ProviderArn.Saml) is null
                ? IamErrors.MalformedArn(arn)
                : await db.SamlProviders
                    .FromSql($"select * from saml_provider where arn = {arn} and account_id = {call.AccountId} for update")
                    .SingleOrDefaultAsync(ct) is { } provider
                ? await change(db, provider)
                : IamErrors.NoSamlProvider(arn),
            ct);

    private async Task<Outcome<TOutput>> TransactAsync<TOutput>(Func<ControlPlaneDb, Task<Outcome<TOutput>>> work, CancellationToken ct)
        where TOutput : class
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var outcome = await work(db);
        if (outcome.Error is null)
        {
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return outcome;
    }
}
