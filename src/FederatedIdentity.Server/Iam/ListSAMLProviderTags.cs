using FederatedIdentity.Storage.Postgres;
using Microsoft.EntityFrameworkCore;

namespace FederatedIdentity.Server.Iam;

internal sealed record ListSAMLProviderTagsInput(string? SAMLProviderArn, string? Marker, long? MaxItems)
    : IOnSamlProvider, IQueryInput<ListSAMLProviderTagsInput>
{
    public static ListSAMLProviderTagsInput Read(QueryForm form) => new(form["SAMLProviderArn"], form["Marker"], form.Number("MaxItems"));

    public void Check(Constraints on) => on
        .String("sAMLProviderArn", SAMLProviderArn, IamShapes.ArnType, required: true)
        .Page(Marker, MaxItems);
}

/// <summary>The tags of a SAML provider in the order of their keys.</summary>
internal sealed class ListSAMLProviderTags(IDbContextFactory<ControlPlaneDb> databases, IamPages pages)
    : IOperation<ListSAMLProviderTagsInput, TagPage>
{
    public async ValueTask<Outcome<TagPage>> ExecuteAsync(ListSAMLProviderTagsInput input, CallContext call, CancellationToken ct)
    {
        if (ProviderArn.TryParse(input.SAMLProviderArn!, ProviderArn.Saml) is null)
        {
            return IamErrors.MalformedArn(input.SAMLProviderArn!);
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var provider = await db.SamlProviders.AsNoTracking()
            .SingleOrDefaultAsync(one => one.AccountId == call.AccountId && one.Arn == input.SAMLProviderArn, ct);
        return provider is null
            ? IamErrors.NoSamlProvider(input.SAMLProviderArn!)
            : pages.Of(
                provider.Tags, $"{nameof(ListSAMLProviderTags)}|{call.AccountId}|{input.SAMLProviderArn}",
                input.Marker, input.MaxItems);
    }
}
