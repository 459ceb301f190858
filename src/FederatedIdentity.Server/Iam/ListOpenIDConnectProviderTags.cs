using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListOpenIDConnectProviderTagsInput(string? OpenIDConnectProviderArn, string? Marker, long? MaxItems)
    : IOnOpenIdConnectProvider, IQueryInput<ListOpenIDConnectProviderTagsInput>
{
    public static ListOpenIDConnectProviderTagsInput Read(QueryForm form) =>
        new(form["OpenIDConnectProviderArn"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("openIDConnectProviderArn", OpenIDConnectProviderArn, IamShapes.ArnType, required: true)
        .Page(Marker, MaxItems);
}

/// <summary>The tags of an OIDC provider in the order of their keys.</summary>
internal sealed class ListOpenIDConnectProviderTags(IDbContextFactory<ControlPlaneDb> databases, IamPages pages)
    : IOperation<ListOpenIDConnectProviderTagsInput, TagPage>
{
    public async ValueTask<Outcome<TagPage>> ExecuteAsync(ListOpenIDConnectProviderTagsInput input, CallContext call, CancellationToken ct)
    {
        if (ProviderArn.TryParse(input.OpenIDConnectProviderArn!, ProviderArn.OpenIdConnect) is null)
        {
            return IamErrors.MalformedArn(input.OpenIDConnectProviderArn!);
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var provider = await db.OpenIdConnectProviders.AsNoTracking()
            .SingleOrDefaultAsync(one => one.AccountId == call.AccountId && one.Arn == input.OpenIDConnectProviderArn, ct);
        return provider is null
            ? IamErrors.NoOpenIdConnectProvider(input.OpenIDConnectProviderArn!)
            : pages.Of(
                provider.Tags, $"{nameof(ListOpenIDConnectProviderTags)}|{call.AccountId}|{input.OpenIDConnectProviderArn}",
                input.Marker, input.MaxItems);
    }
}
